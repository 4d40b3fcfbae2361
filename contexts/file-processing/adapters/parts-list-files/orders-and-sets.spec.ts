import { expect } from 'chai';
import { readAll, type WholeList } from '../../testing/read-all.ts';

/** Each lot as its item type, number, colour and quantity, with its role unless it is needed. */
const lotsOf = ({ lots }: WholeList): readonly string[] =>
  lots.map(({ itemType, partNumber, colour, quantity, role }) =>
    [itemType, partNumber, colour ?? 'any', String(quantity), ...(role === 'needed' ? [] : [role])].join(' '),
  );

const ORDERS = `<?xml version="1.0" encoding="UTF-8"?>
<ORDERS>
   <ORDER>
      <ORDERID>10000001</ORDERID>
      <SELLER>Bricks & More</SELLER>
      <ORDERLOTS>2</ORDERLOTS>
      <ITEM><COLOR>11</COLOR><PRICE>0.06</PRICE><QTY>11</QTY><BULK>1</BULK><CONDITION>N</CONDITION><ITEMTYPE>P</ITEMTYPE><ITEMID>3062</ITEMID></ITEM>
      <ITEM><COLOR>0</COLOR><QTY>2</QTY><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID></ITEM>
   </ORDER>
   <ORDER><ORDERID>10000002</ORDERID><QTY>99</QTY>
      <ITEM><COLOR>86</COLOR><QTY>1,000</QTY><ITEMTYPE>P</ITEMTYPE><ITEMID>3023</ITEMID></ITEM>
   </ORDER>
</ORDERS>`;

const ORDERS_CSV = `"Order ID","Order Date","Seller","Total Lots","Condition","Item Description","Qty","Each","Total","Item Type","Item Number"

"10000001","8/25/2025","someone","3","","","","","","","","",
"","","","","New","Black Brick, Round  1 x 1 ","11","$0.06","$0.66","Part","3062"
"","","","","New","Trans-Light Blue Bar   4L &#40;Wand&#41; ","10","$0.08","$0.80","Part","30374"
"","","","","Used","Light Bluish Gray Dish 2 x 2","18","$0.04","$0.72","Part","4740"
"10000002","8/25/2025","someone","1","","","","","","","","",
"","","","","New","Clone Commander","2","$1.00","$2.00","Minifigure","sw0001"
`;

describe('reading BrickLink orders', () => {
  it('reads the items of all orders in an XML, and no field of an order', async () => {
    const list = await readAll(ORDERS);
    expect([list.format, list.pieces]).to.eql(['bricklink-orders-xml', 1011]);
    expect(lotsOf(list)).to.eql(['P 3062 11 11', 'M sw0001 0 2', 'P 3023 86 1000']);
  });

  it('names the order of each item, with what the file says of it', async () => {
    const withDate = ORDERS.replace('<ORDERLOTS>', '<ORDERDATE>2025-08-25T00:00:00Z</ORDERDATE><ORDERLOTS>');
    const [first, , last] = (await readAll(withDate, 7)).lots;
    expect(first?.order).to.eql({ orderId: '10000001', date: '2025-08-25', shop: 'Bricks & More', total: null });
    expect(last?.order).to.eql({ orderId: '10000002', date: null, shop: null, total: null });

    const { lots } = await readAll(ORDERS_CSV.replace('"Total Lots"', '"Order Total"').replace('"3"', '"$12.50"'));
    expect(lots.map(({ order }) => order?.orderId)).to.eql(['10000001', '10000001', '10000001', '10000002']);
    expect(lots[0]?.order).to.eql({
      ...{ orderId: '10000001', date: '2025-08-25', shop: 'someone', total: { amount: 1_250, currency: 'USD' } },
    });
  });

  it('reads a single order', async () => {
    expect(lotsOf(await readAll('<ORDER><ITEM><ITEMID>3001</ITEMID><QTY>2</QTY></ITEM></ORDER>'))).to.eql([
      'P 3001 any 2',
    ]);
  });

  it('reads the item rows of a CSV, with the colours that their descriptions begin with', async () => {
    const list = await readAll(ORDERS_CSV);
    expect([list.format, list.pieces]).to.eql(['bricklink-orders-csv', 39]);
    expect(lotsOf(list)).to.eql(['P 3062 11 11', 'P 30374 15 10', 'P 4740 86 18', 'M sw0001 any 2']);
    expect(list.lots.map(({ line }) => line)).to.eql([4, 5, 6, 8]);
  });
});

describe('reading BrickLink inventories and uploads', () => {
  const item = (number: number, more: string) =>
    `<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>${String(number)}</ITEMID><COLOR>5</COLOR><QTY>4</QTY>${more}</ITEM>`;

  it('counts one lot of each match group, and neither counterparts nor extras', async () => {
    const list = await readAll(
      `<INVENTORY>${[
        item(1, '<MATCHID>0</MATCHID>'),
        item(2, '<MATCHID>1</MATCHID>'),
        item(3, '<ALTERNATE>Y</ALTERNATE><MATCHID>1</MATCHID>'),
        item(4, '<ALTERNATE>Y</ALTERNATE><MATCHID>2</MATCHID>'),
        item(5, '<MATCHID>2</MATCHID>'),
        item(6, '<EXTRA>Y</EXTRA><MATCHID>1</MATCHID>'),
        item(7, '<EXTRA>Y</EXTRA><ALTERNATE>Y</ALTERNATE><MATCHID>1</MATCHID>'),
        item(8, '<COUNTERPART>Y</COUNTERPART>'),
      ].join('\n')}</INVENTORY>`,
    );
    expect([list.pieces, list.extra]).to.eql([12, 4]);
    expect(lotsOf(list).map((lot) => lot.replace(' 5 4', ''))).to.eql([
      ...['P 1', 'P 2', 'P 3 alternate', 'P 4', 'P 5 alternate', 'P 6 extra', 'P 7 alternate', 'P 8 counterpart'],
    ]);
  });

  it('reads an upload of lots for sale', async () => {
    const list = await readAll(
      '<INVENTORY><ITEM><CATEGORY>5</CATEGORY><COLOR>11</COLOR><PRICE>0.1</PRICE><QTY>40</QTY><BULK>10</BULK><DESCRIPTION>a < b</DESCRIPTION><CONDITION>U</CONDITION><SUBCONDITION>C</SUBCONDITION><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><TQ1>50</TQ1><TP1>0.09</TP1><SALE>10</SALE><STOCKROOM>Y</STOCKROOM><LOTID>77</LOTID></ITEM></INVENTORY>',
    );
    expect([list.format, lotsOf(list)]).to.eql(['bricklink-xml', ['P 3001 11 40']]);
  });
});

describe('reading Brick Owl lists', () => {
  for (const [tag, id] of [
    ['item', 'brickowl_item_id'],
    ['lot', 'boid'],
  ] as const)
    it(`reads a list of <${tag}> with <${id}>: number and colour are one id`, async () => {
      const list = await readAll(
        `<?xml version="1.0"?>\n<inventory>\n<${tag}><${id}>771344-38</${id}><quantity>4</quantity></${tag}>\n<${tag}><${id}>200153</${id}><qty>2</qty><type>Set</type></${tag}>\n</inventory>`,
      );
      expect([list.format, list.pieces, lotsOf(list)]).to.eql(['brickowl-xml', 4, ['P 771344 38 4', 'S 200153 any 2']]);
    });
});

describe('reading lists of sets and minifigs', () => {
  for (const [name, content, format, lots] of [
    [
      'a set list of Rebrickable',
      'Set Number,Quantity,Includes Spares,Inventory Ver\n6080-1,2,True,1\n10497-1,1,False,2\n',
      'rebrickable-sets-csv',
      ['S 6080-1 any 2', 'S 10497-1 any 1'],
    ],
    [
      'the owned sets of Brickset',
      'Number,Theme,Subtheme,Year,SetName,Minifigs,Pieces,Notes,QtyOwned,NewValue(USD)\r\n"6080-1","Castle","Lion",1984,"Castle, King\'s",12,674,"",1,300.5\r\n"626-1","Basic","",1996,"Plate",,1,"",3,',
      'brickset-sets-csv',
      ['S 6080-1 any 1', 'S 626-1 any 3'],
    ],
    [
      'the owned sets of Brickset today',
      'Number,Theme,Set name,Pieces,RRP (USD),Qty owned,Qty owned new,Qty owned used\n6080-1,Castle,Castle,674,99.99,2,1,1\n',
      'brickset-sets-csv',
      ['S 6080-1 any 2'],
    ],
    [
      'the owned minifigs of Brickset, in sets and loose',
      'MinifigNumber,MinifigName,MinifigCategory,OwnedInSets,OwnedLoose\n"cas001","Knight","Castle",3,\n"cas002","Queen","Castle",,2\n"cas003","King","Castle",1,2\n',
      'brickset-sets-csv',
      ['M cas001 any 3', 'M cas002 any 2', 'M cas003 any 3'],
    ],
  ] as const)
    it(`reads ${name}`, async () => {
      const list = await readAll(content);
      expect([list.format, list.pieces, lotsOf(list)]).to.eql([format, 0, lots]);
      expect(list.lots.map(({ problem }) => problem)).to.eql(lots.map(() => null));
    });

  it('reads an old Brickset inventory of a set, whose part ids are elements', async () => {
    const list = await readAll(
      'SetNumber\tPartID\tQuantity\tColour\tCategory\n6080-1\t300121\t4\tBright Red\tBricks\n',
    );
    expect([list.format, lotsOf(list), list.lots[0]?.isElement]).to.eql(['brickset-csv', ['P 300121 any 4'], true]);
  });
});
