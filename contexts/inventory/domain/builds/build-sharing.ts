import { reject, unreachable } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { BuildDecision, IssueInvitation, JoinBuild, LeaveBuild, SharingCommand } from './build-commands.ts';
import type { BuildEvent, BuildRole } from './build-events.ts';
import type { OpenBuild } from './open-build.ts';

/** More than sit at one table; as many invitations may wait to be used. */
export const MEMBERS_MAX = 20;

export const buildNotFound = reject('build-not-found', 'There is no such build.');

/** The part of a user in a build; `undefined` for those who have none. */
export const roleOf = ({ owner, members }: OpenBuild, user: UserId): BuildRole | 'owner' | undefined =>
  user === owner ? 'owner' : members.find(({ member }) => member === user)?.role;

const issue = ({ data }: IssueInvitation, build: OpenBuild): BuildDecision => {
  const { buildId, owner, invitations } = build;
  const { by, invitationId, role, at } = data;
  if (by !== owner) return buildNotFound;
  if (invitations.some((invitation) => invitation.invitationId === invitationId)) return [];
  if (invitations.length >= MEMBERS_MAX)
    return reject('too-many-members', `At most ${String(MEMBERS_MAX)} invitations wait to be used.`);
  return [{ type: 'BuildInvitationIssued', data: { buildId, owner, invitationId, role, at } }];
};

/** A code that is wrong or used tells no more than that there is no such build. */
const join = ({ data }: JoinBuild, build: OpenBuild): BuildDecision => {
  const { buildId, owner, invitations, members } = build;
  const { by: member, invitationId, at } = data;
  if (roleOf(build, member) !== undefined) return [];
  const invitation = invitations.find((candidate) => candidate.invitationId === invitationId);
  if (invitation === undefined) return buildNotFound;
  if (members.length >= MEMBERS_MAX)
    return reject('too-many-members', `A build has at most ${String(MEMBERS_MAX)} members.`);
  return [{ type: 'BuildJoined', data: { buildId, owner, member, invitationId, role: invitation.role, at } }];
};

const leave = ({ data }: LeaveBuild, build: OpenBuild): BuildDecision => {
  const { buildId, owner } = build;
  const { by, member, at } = data;
  if (by !== owner && by !== member) return buildNotFound;
  if (roleOf(build, by) === undefined) return buildNotFound;
  if (member === owner || roleOf(build, member) === undefined)
    return reject('member-not-found', 'The build has no such member.');
  return [{ type: 'BuildLeft', data: { buildId, owner, member, at } }];
};

/** Decides who takes part in a build. */
export const share = (command: SharingCommand, build: OpenBuild): BuildDecision => {
  switch (command.type) {
    case 'IssueInvitation':
      return issue(command, build);
    case 'JoinBuild':
      return join(command, build);
    case 'LeaveBuild':
      return leave(command, build);
    default:
      return unreachable(command);
  }
};

type SharingEvent = Extract<BuildEvent, { type: 'BuildInvitationIssued' | 'BuildJoined' | 'BuildLeft' }>;

/** The build after someone was invited, joined or left. */
export const applySharing = (build: OpenBuild, event: SharingEvent): OpenBuild => {
  switch (event.type) {
    case 'BuildInvitationIssued': {
      const { invitationId, role } = event.data;
      return { ...build, invitations: [...build.invitations, { invitationId, role }] };
    }
    case 'BuildJoined': {
      const { invitationId, member, role } = event.data;
      const invitations = build.invitations.filter((invitation) => invitation.invitationId !== invitationId);
      return { ...build, invitations, members: [...build.members, { member, role }] };
    }
    case 'BuildLeft':
      return { ...build, members: build.members.filter(({ member }) => member !== event.data.member) };
    default:
      return unreachable(event);
  }
};
