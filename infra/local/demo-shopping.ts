import { buildabilityReply } from '@lego-moc/inventory/contracts/buildability-api';
import { shoppingReply } from '@lego-moc/inventory/contracts/shopping-api';
import type { MocReply } from '@lego-moc/moc-management/contracts/http-api';
import type { GatewayClient } from './gateway-client.ts';
import { print } from './launch.ts';
import { table } from './show.ts';

const LOTS_SHOWN_MAX = 5;

/** Says how much of the MOC its builder can build, and what to buy for the rest. */
export const showWhatToBuy = async (gateway: GatewayClient, { mocId }: MocReply): Promise<void> => {
  const mocs = [{ mocId }];
  const { progress } = await gateway.post('/api/buildability', { mocs, show: 'none' }, buildabilityReply);
  const wish = { mocs, target: 'bricklink-xml' };
  const { lots, sums, export: report } = await gateway.post('/api/shopping-lists', wish, shoppingReply);
  print(`\nYou can build ${progress.pieces.percentage} %; here is what to buy`);
  print(
    table(
      lots
        .slice(0, LOTS_SHOWN_MAX)
        .map(({ number, colour, quantity }) => [`${quantity} ×`, number, `colour ${colour ?? 'any'}`]),
    ),
  );
  if (lots.length > LOTS_SHOWN_MAX) print(`  … and ${lots.length - LOTS_SHOWN_MAX} more lots`);
  print(
    `  ${sums.lots} lots, ${sums.pieces} pieces; as a wanted list of BrickLink ${report?.pieces ?? 0} pieces, ${report?.piecesLeftOut ?? 0} left out`,
  );
};
