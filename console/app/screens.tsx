import type { ComponentType } from 'preact';
import { Overview } from './screens/overview.tsx';

export type ScreenEntry = { readonly path: string; readonly title: string; readonly Screen: ComponentType };

/** In the order of the menu; the first is where one arrives. */
export const SCREENS: readonly ScreenEntry[] = [{ path: '/', title: 'Overview', Screen: Overview }];
