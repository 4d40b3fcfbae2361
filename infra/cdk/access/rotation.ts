import { randomBytes } from 'node:crypto';

/** The secret of a service. Other fields are kept as they are. */
export type ServiceSecret = {
  /** One of the two logins of the service; the other one is next. */
  readonly username: string;
  readonly password: string;
  readonly [field: string]: string;
};

export type Stage = 'AWSCURRENT' | 'AWSPENDING';

/** The versions of one secret. */
export type SecretVersions = {
  readonly read: (stage: Stage) => Promise<ServiceSecret | undefined>;
  /** Writes the pending version; the second time with the same token it changes nothing. */
  readonly writePending: (secret: ServiceSecret) => Promise<void>;
  /** Makes the pending version the current one. */
  readonly promote: () => Promise<void>;
};

/** Logins of PostgreSQL. */
export type Logins = {
  /** Makes the login, or gives it this password. It acts as the owner of `schema`. */
  readonly ensure: (login: {
    readonly schema: string;
    readonly name: string;
    readonly password: string;
  }) => Promise<void>;
  /** Throws when nobody can connect so. */
  readonly check: (login: { readonly name: string; readonly password: string }) => Promise<void>;
};

export const newPassword = (): string => randomBytes(24).toString('base64url');

/** The two logins of the owner of a schema: while one is replaced, tasks that run go on with the other. */
export const loginsOf = (schema: string): readonly [string, string] => [`${schema}_a`, `${schema}_b`];

const nextLogin = (schema: string, current: string): string => {
  const [first, second] = loginsOf(schema);
  return current === first ? second : first;
};

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

export type Rotation = {
  readonly schema: string;
  readonly versions: SecretVersions;
  readonly logins: Logins;
  /** Replaces the tasks of the service, which read the secret when they start. */
  readonly restartService: () => Promise<void>;
};

const pendingOf = async ({ versions }: Rotation): Promise<ServiceSecret> => {
  const pending = await versions.read('AWSPENDING');
  if (pending === undefined) throw new Error('There is no pending version of the secret');
  return pending;
};

/** One of the four steps of Secrets Manager, each of which may be repeated. */
export const rotate = async (step: Step, rotation: Rotation): Promise<void> => {
  const { schema, versions, logins, restartService } = rotation;
  switch (step) {
    case 'createSecret': {
      if ((await versions.read('AWSPENDING')) !== undefined) return;
      const current = await versions.read('AWSCURRENT');
      if (current === undefined) throw new Error('The secret has no value yet');
      await versions.writePending({
        ...current,
        username: nextLogin(schema, current.username),
        password: newPassword(),
      });
      return;
    }
    case 'setSecret': {
      const { username: name, password } = await pendingOf(rotation);
      return logins.ensure({ schema, name, password });
    }
    case 'testSecret': {
      const { username: name, password } = await pendingOf(rotation);
      return logins.check({ name, password });
    }
    case 'finishSecret':
      await versions.promote();
      return restartService();
  }
};
