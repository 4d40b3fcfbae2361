import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { StageName } from '../platform/stages.ts';
import { stageOutput } from './app-for-tests.ts';

const FILE = join(import.meta.dirname, 'security.txt');

/** What a reviewer has to see besides permissions and rules: what is encrypted, public, rotated, and who a process is. */
const RELEVANT =
  /Encrypt|Kms|SSEAlgorithm|PublicAccess|Publicly|PublicAcl|PublicPolic|RestrictPublic|Tls|Ssl|MinimumProtocol|SecurityPolicy|ScheduleExpression|DeletionProtection|ManagedPolicyArns|ReadonlyRootFilesystem|Privileged|\.User$|AssignPublicIp|Versioning|HttpTokens/;

/** Its id follows from the code of a function. */
const VOLATILE = 'AWS::Lambda::Version';

type Resource = { readonly Type: string; readonly Properties?: object; readonly DeletionPolicy?: string };
type Members = Readonly<Record<string, unknown>>;

/** A reference to another resource or stack as one word: `Objects.Arn`. */
const referenceIn = (value: Members): string | undefined => {
  const [[name, target] = [], ...rest] = Object.entries(value);
  if (name === undefined || rest.length > 0) return undefined;
  if (name === 'Ref' || name === 'Fn::ImportValue' || name === 'Fn::Sub') return String(target);
  if (name === 'Fn::GetAtt') return (target as string[]).join('.');
  if (name !== 'Fn::Join') return undefined;
  const [separator, parts] = target as [string, unknown[]];
  return parts.map(words).join(separator);
};

/** Any value in one line: members of a list are set apart by commas. */
const words = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = () => Object.entries(value).map(([name, part]) => `${name} ${words(part)}`);
  return referenceIn(value as Members) ?? entries().join(', ');
};

/** A statement of a policy as a sentence. */
const permissionIn = ({ Effect, Action, NotAction, Resource, Principal, Condition }: Members): string => {
  const actions = Action === undefined ? `all but ${words(NotAction)}` : words(Action);
  const parts = Object.entries({ on: Resource, by: Principal, if: Condition });
  const rest = parts.flatMap(([name, part]) => (part === undefined ? [] : [`${name} ${words(part)}`]));
  return [words(Effect), actions, ...rest].join(' ');
};

/** A rule of a security group: the protocol, the ports, and who is on the other side. */
const openingIn = ({ IpProtocol, FromPort, ToPort, CidrIp, ...others }: Members): string => {
  const side = CidrIp ?? others['SourceSecurityGroupId'] ?? others['DestinationSecurityGroupId'];
  const group = others['GroupId'] === undefined ? '' : ` to ${words(others['GroupId'])}`;
  return `${words(IpProtocol)} ${words(FromPort)}-${words(ToPort)} of ${words(side)}${group}`;
};

const leavesOf = (value: unknown, path = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return RELEVANT.test(path) ? [`${path}: ${String(value)}`] : [];
  const members = value as Members;
  if ('Effect' in members) return [permissionIn(members)];
  if ('IpProtocol' in members) return [openingIn(members)];
  if (referenceIn(members) !== undefined) return RELEVANT.test(path) ? [`${path}: ${words(members)}`] : [];
  return Object.entries(members).flatMap(([name, part]) => leavesOf(part, path === '' ? name : `${path}.${name}`));
};

const describeResource = (part: string, id: string, { Type, Properties, DeletionPolicy }: Resource) => [
  `${part} ${id} ${Type}${DeletionPolicy === undefined ? '' : ` (${DeletionPolicy})`}`,
  ...leavesOf(Properties).map((leaf) => `  ${leaf}`),
];

const describeStage = (name: StageName): string => {
  const { parts, template } = stageOutput(name);
  const lines = parts.toSorted().flatMap((part) => {
    const { Resources: resources = {} } = template(part).toJSON() as { Resources?: Record<string, Resource> };
    const byId = Object.entries(resources).toSorted(([id], [other]) => (id < other ? -1 : 1));
    return byId.flatMap(([id, resource]) => (resource.Type === VOLATILE ? [] : describeResource(part, id, resource)));
  });
  return `${lines.join('\n')}\n`;
};

describe('the templates of production', () => {
  it('have the resources, permissions and openings on record', () => {
    const description = describeStage('prod');
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(FILE, description);
    const record = readFileSync(FILE, 'utf8');
    const [recordLines, lines] = [record.split('\n'), description.split('\n')];
    const news = lines.filter((line) => !recordLines.includes(line));
    const missing = recordLines.filter((line) => !lines.includes(line));
    expect({ news, missing }, 'Review it, then UPDATE_SNAPSHOT=1 npm test').to.deep.equal({ news: [], missing: [] });
    expect(description).to.equal(record);
  });

  it('permit nobody everything', () => {
    expect(describeStage('prod')).not.to.match(/^ {2}Allow \*/m);
  });
});
