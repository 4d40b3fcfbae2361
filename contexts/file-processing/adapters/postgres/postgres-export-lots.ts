import type { Database } from '@lego-moc/postgres/database';
import type { StoredLot } from '../../domain/export-lot.ts';
import type { Catalogue } from '../../application/ports/catalogue.ts';
import type { ExportLots } from '../../application/ports/export-lots.ts';
import { numbersElsewhere } from './numbers-elsewhere.ts';

const PAGE_LOTS = 1000;

/** LEGO counts element ids up: the newest has the most digits, and of those it is the highest. */
const PAGE = `
  SELECT lot.lot, lot.line, lot.item_type AS "itemType", lot.part_number AS "partNumber", lot.colour,
         lot.quantity_text AS "quantityText", lot.quantity, lot.role, lot.problem, lot.part, part.name AS "partName",
         lot.colour_id AS "colourId", colour.name AS "colourName",
         lot.opened_from AS "openedFrom", lot.part_rule AS "partRule", ${numbersElsewhere('lot.part')} AS "numbersElsewhere",
         ARRAY(SELECT element_id FROM element
                WHERE element.release = $3 AND element.part_number = lot.part AND element.colour_id = lot.colour_id
                ORDER BY length(element_id) DESC, element_id DESC) AS "elementIds"
    FROM lot
    LEFT JOIN part ON part.release = $3 AND part.key = lower(lot.part)
    LEFT JOIN colour ON colour.release = $3 AND colour.id = lot.colour_id
   WHERE job_id = $1 AND attempt_id = $2 AND lot > $4
   ORDER BY lot LIMIT ${PAGE_LOTS}`;

/** The lots of a job with what the newest release of the catalogue has of them. */
export const postgresExportLots = (db: Database, catalogue: Pick<Catalogue, 'newestRelease'>): ExportLots =>
  async function* ({ jobId, attemptId }) {
    const { number } = await catalogue.newestRelease();
    let cursor = 0;
    for (;;) {
      const page = await db.any<StoredLot>(PAGE, [jobId, attemptId, number, cursor]);
      if (page.length > 0) yield page;
      if (page.length < PAGE_LOTS) return;
      cursor = page.at(-1)?.lot ?? cursor;
    }
  };
