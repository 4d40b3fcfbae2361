import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretVersions, ServiceSecret } from './rotation.ts';

type Fields = Readonly<Record<string, string>>;

export const readFields = async (client: SecretsManagerClient, id: string): Promise<Fields> => {
  const { SecretString: text = '{}' } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  return JSON.parse(text) as Fields;
};

export const writeFields = async (client: SecretsManagerClient, id: string, fields: Fields): Promise<void> => {
  await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(fields) }));
};

/** The versions of the secret `id` during the rotation that `token` stands for. */
export const secretVersions = (client: SecretsManagerClient, id: string, token: string): SecretVersions => ({
  read: async (stage) => {
    const version = stage === 'AWSPENDING' ? { VersionId: token } : {};
    try {
      const { SecretString: text } = await client.send(
        new GetSecretValueCommand({ SecretId: id, VersionStage: stage, ...version }),
      );
      return text === undefined ? undefined : (JSON.parse(text) as ServiceSecret);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  },
  writePending: async (secret) => {
    const SecretString = JSON.stringify(secret);
    await client.send(
      new PutSecretValueCommand({
        ...{ SecretId: id, ClientRequestToken: token, SecretString, VersionStages: ['AWSPENDING'] },
      }),
    );
  },
  promote: async () => {
    const { VersionIdsToStages: stages = {} } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    const current = Object.keys(stages).find((version) => stages[version]?.includes('AWSCURRENT'));
    if (current === token) return;
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token,
        ...(current === undefined ? {} : { RemoveFromVersionId: current }),
      }),
    );
  },
});
