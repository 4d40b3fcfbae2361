import { expect } from 'chai';
import type { ExportTargetName } from '../../domain/export-target.ts';
import { isOwnFile } from './own-file.ts';

const STUDIO = 'BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight\n';

const OWN: readonly (readonly [ExportTargetName, string])[] = [
  ['bricklink-xml', '<INVENTORY>\n  <ITEM><MINQTY>1</MINQTY></ITEM></INVENTORY>'],
  ['bricklink-xml', '<?xml version="1.0" encoding="UTF-8"?>\n<INVENTORY><ITEM></ITEM></INVENTORY>'],
  ['brickstore-xml', '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE BrickStoreXML>\n<BrickStoreXML>'],
  ['brickstore-xml', '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE BrickStockXML>\n<BrickStockXML>'],
  ['brickstore-xml', '<BrickStoreXML><Inventory>'],
  ['ldraw', '0 Tower\r\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\r\n'],
  ['pick-a-brick-csv', 'elementId,quantity\n300121,4\n'],
  ['pick-a-brick-json', '[{"elementId":"300121","quantity":4}]'],
  ['rebrickable-csv', 'Part,Color,Quantity\n3001,-1,4'],
  ['rebrickable-csv', 'Part,Color,Quantity,Is Spare\r\n3001,4,4,False\r\n'],
  ['studio-csv', `${STUDIO}3001,300121,3001.dat,Brick 2 x 4,5,4,Red,Solid Colors,1,2.32\n`],
];

const FOREIGN: readonly (readonly [string, ExportTargetName, string])[] = [
  ['an upload to a store', 'bricklink-xml', '<INVENTORY><ITEM><QTY>1</QTY></ITEM></INVENTORY>'],
  ['a list with another root', 'bricklink-xml', '<ROOT><ITEM><MINQTY>1</MINQTY></ITEM></ROOT>'],
  ['another document type', 'brickstore-xml', '<!DOCTYPE html><BrickStoreXML>'],
  ['an SKU list', 'pick-a-brick-csv', 'SKU,Quantity,Min Price\n300121,4,1\n'],
  ['columns of another program', 'rebrickable-csv', 'part_number,color_id,quantity\n3001,4,4\n'],
  ['semicolons', 'rebrickable-csv', 'Part;Color;Quantity\n3001;4;4\n'],
  ['a byte order mark', 'rebrickable-csv', '\ufeffPart,Color,Quantity\n3001,4,4\n'],
  ['a cell with a formula', 'studio-csv', `${STUDIO}3001,300121,3001.dat,"=HYPERLINK(""x"")",5,4,Red,Solid,1,2\n`],
  ['a target without files of its own', 'csv', 'part_num,color_id,quantity\n3001,4,4\n'],
];

describe('giving an uploaded file back as it is', () => {
  for (const [target, content] of OWN)
    it(`is done for ${target} that begins with ${JSON.stringify(content.slice(0, 40))}`, () => {
      expect(isOwnFile(target, Buffer.from(content))).to.equal(true);
    });

  for (const [label, target, content] of FOREIGN)
    it(`is not done for ${target} with ${label}`, () => {
      expect(isOwnFile(target, Buffer.from(content))).to.equal(false);
    });
});
