import { escapeHtml } from './html.ts';

type Page = {
  /** Text. */
  readonly title: string;
  readonly subtitle: string;
  /** Markup. */
  readonly links: string;
  readonly navigation: string;
  readonly main: string;
};

/** A page of the portal: header, contents on the left, and its main part. */
export const pageOf = ({ title, subtitle, links, navigation, main }: Page): string => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escapeHtml(title)}</title>
  <link rel="stylesheet" href="/docs/portal.css">
</head>
<body>
<header><div class="studs" aria-hidden="true"></div>
  <h1>${escapeHtml(title)}</h1>
  <p>${escapeHtml(subtitle)}</p>
  <p>${links}</p>
</header>
<div class="columns">
<nav aria-label="Contents">${navigation}</nav>
<main>${main}</main>
</div>
</body>
</html>`;
