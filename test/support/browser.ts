import { type Browser, chromium } from 'playwright-core';

/** The browser that `scripts/setup.mjs` found, with an empty profile and no traffic of its own; the caller closes it. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.LOCKSTEP_BROWSER ?? '/usr/bin/chromium';
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
