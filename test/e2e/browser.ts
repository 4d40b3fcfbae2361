import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/** The Chromium of this machine, if it has one. */
export const CHROMIUM = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync'];

/** Starts Chromium. Throws where there is none. */
export const launchChromium = (): Promise<Browser> => {
  if (CHROMIUM === undefined) throw new Error('Install chromium, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
};

/** Collects what goes wrong in a page: exceptions, errors on its console (refusals of its policy too), failed requests. */
export const collectFaults = (page: Page): readonly string[] => {
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    // A page may take back what it no longer needs.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(request.url());
  });
  return faults;
};
