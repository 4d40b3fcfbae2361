import { list, parked, rebuild, replay, status } from './commands.ts';
import { opsClient } from './ops-client.ts';

const USAGE = `Usage: npm run projections -- COMMAND

  list              all projections, and all other subscriptions, of all services that answer
  status [NAME]     how one stands (all, without a name)
  parked NAME       messages that were given up on, and why
  replay NAME       try the parked messages again
  rebuild NAME      build a projection anew beside the one being read, then swap

NAME is a projection or a subscription; SERVICE/NAME where several services have it.
Asks the gateway at LEGO_MOC_URL (http://127.0.0.1:9000) with the token in LEGO_MOC_TOKEN;
without one, the development issuer makes one for an operator.`;

const [command, name, ...rest] = process.argv.slice(2);

const run = async (): Promise<boolean> => {
  const client = await opsClient(process.env);
  if (command === 'list' || (command === 'status' && name === undefined)) return list(client);
  if (name === undefined) throw new Error(USAGE);
  switch (command) {
    case 'status':
      return status(client, name);
    case 'rebuild':
      return rebuild(client, name);
    case 'parked':
      return parked(client, name);
    case 'replay':
      return replay(client, name);
    default:
      throw new Error(USAGE);
  }
};

try {
  if (command === undefined || rest.length > 0 || command.includes('help')) throw new Error(USAGE);
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
