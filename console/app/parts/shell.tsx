import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import type { Session } from '../api/shapes.ts';
import { SCREENS } from '../screens.tsx';
import { Palette } from './palette.tsx';
import { chooseTheme, storedTheme, THEMES, type Theme } from './theme.ts';

type Props = {
  readonly user: Session['user'];
  readonly onSignOut: () => void;
  readonly children: ComponentChildren;
};

const rights = (roles: readonly string[]): string => {
  const may = [
    'reads',
    ...(roles.includes('operator:act') ? ['acts'] : []),
    ...(roles.includes('operator:reveal') ? ['reveals'] : []),
  ];
  return may.join(', ');
};

const ThemeChoice = () => {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  return (
    <label class="theme">
      <span class="hidden-label">Theme</span>
      <select
        value={theme}
        onChange={({ currentTarget }) => {
          const choice = THEMES.find((name) => name === currentTarget.value) ?? 'system';
          chooseTheme(choice);
          setTheme(choice);
        }}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
};

/** What is around every screen: menu, palette, theme, who is signed in. */
export const Shell = ({ user, onSignOut, children }: Props) => {
  const [location] = useLocation();
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <Link href="/" class="home">
          Operations console
        </Link>
        <Palette />
        <ThemeChoice />
        <span class="who" title={user.id}>
          Operator <span class="faint">{rights(user.roles)}</span>
        </span>
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <div class="columns">
        <nav aria-label="Screens">
          {SCREENS.map(({ path, title }) => (
            <Link key={path} href={path} aria-current={location === path ? 'page' : undefined}>
              {title}
            </Link>
          ))}
          <a href="/docs" class="outside">
            API reference
          </a>
        </nav>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
};
