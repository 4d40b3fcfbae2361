import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Paths of PEM files. */
export type CertificateFiles = { readonly cert: string; readonly key: string };

const DAY_MS = 86_400_000;
const VALID_FOR_MS = 3_650 * DAY_MS;
/** A certificate that expires sooner is replaced: a platform may run for that long without being started again. */
const REPLACE_BEFORE_MS = 365 * DAY_MS;

const isUsable = ({ cert, key }: CertificateFiles): boolean =>
  existsSync(cert) &&
  existsSync(key) &&
  new X509Certificate(readFileSync(cert)).validToDate.getTime() - Date.now() > REPLACE_BEFORE_MS;

const writePrivately = (path: string, content: string): void => {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
};

/** A certificate for this machine's loopback address that is its own authority: made once, and again before it expires. */
export const ensureCertificate = async (files: CertificateFiles): Promise<void> => {
  if (isUsable(files)) return;
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A clock that is set back a little must not make it invalid.
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + VALID_FOR_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  mkdirSync(dirname(files.key), { recursive: true, mode: 0o700 });
  writePrivately(files.key, key);
  writePrivately(files.cert, cert);
};
