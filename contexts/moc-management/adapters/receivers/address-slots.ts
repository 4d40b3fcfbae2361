import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { derivedId } from '@lego-moc/kernel/ids';
import type { TakeSlot } from '../../application/ports/receivers.ts';

/** A host or an address as a name that reveals nothing: messages to one share its limit. */
export const destinationName = (hostOrAddress: string): string => derivedId('destination', hostOrAddress);

/** All addresses of a host are in use by messages to it under this or other names. */
export class AddressesBusy extends Error {
  readonly destination: string;

  constructor(destination: string) {
    super('All addresses of the host have as many connections as they may have');
    this.name = 'AddressesBusy';
    this.destination = destination;
  }
}

/**
 * A lookup for one connection that takes a slot of each address, and leaves out those that have none: many names for one
 * address do not give it more messages at once. `leave` gives the slots back.
 */
export const lookupWithSlots = (
  lookup: LookupFunction,
  takeSlot: TakeSlot,
): { readonly lookup: LookupFunction; readonly leave: () => void } => {
  const leaves: (() => void)[] = [];
  const isFree = ({ address }: LookupAddress): boolean => {
    const leave = takeSlot(destinationName(address));
    if (leave !== undefined) leaves.push(leave);
    return leave !== undefined;
  };
  return {
    lookup: (host, options, callback) =>
      lookup(host, { ...options, all: true }, (error, answer) => {
        const records = typeof answer === 'string' ? [] : answer;
        const [wanted] = records;
        if (error !== null || wanted === undefined) {
          callback(error, []);
          return;
        }
        const free = records.filter(isFree);
        const [first] = free;
        if (first === undefined) callback(new AddressesBusy(destinationName(wanted.address)), []);
        else if (options.all === true) callback(null, free);
        else callback(null, first.address, first.family);
      }),
    leave: () => {
      for (const leave of leaves.splice(0)) leave();
    },
  };
};
