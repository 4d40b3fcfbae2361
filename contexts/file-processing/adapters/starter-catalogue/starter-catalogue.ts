import type { DumpRow } from '../../domain/dump-cells.ts';
import type { CatalogueDump } from '../../application/import-catalogue.ts';

/** Tables as text: a line a row, cells separated by a bar, the column names first. */
const TABLES: Readonly<Record<string, string>> = {
  part_categories: `
    id|name
    11|Bricks
    14|Plates
    19|Tiles
    3|Slopes
    20|Round bricks and cones
    21|Round plates and dishes
    9|Modified plates
    5|Modified bricks
    51|Technic beams
    53|Technic pins
    46|Technic axles
    52|Technic gears
    29|Wheels and tyres
    16|Windows and doors
    1|Baseplates
    76|Plants`,
  colors: `
    id|name|rgb|is_trans
    -1|Unknown|0033B2|False
    0|Black|05131D|False
    1|Blue|0055BF|False
    2|Green|237841|False
    4|Red|C91A09|False
    10|Bright Green|4B9F4A|False
    14|Yellow|F2CD37|False
    15|White|FFFFFF|False
    19|Tan|E4CD9E|False
    25|Orange|FE8A18|False
    27|Lime|BBE90B|False
    28|Dark Tan|958A73|False
    36|Trans-Red|C91A09|True
    41|Trans-Light Blue|AEEFEC|True
    46|Trans-Yellow|F5CD2F|True
    47|Trans-Clear|FCFCFC|True
    70|Reddish Brown|582A12|False
    71|Light Bluish Gray|A0A5A9|False
    72|Dark Bluish Gray|6C6E68|False
    84|Medium Nougat|AA7D55|False
    272|Dark Blue|0A3463|False
    288|Dark Green|184632|False
    308|Dark Brown|352100|False
    320|Dark Red|720E0F|False
    322|Medium Azure|36AEBF|False
    326|Olive Green|9B9A5A|False
    378|Sand Green|A0BCAC|False
    379|Sand Blue|6074A1|False
    484|Dark Orange|A95500|False
    9999|Any colour|05131D|False`,
  parts: `
    part_num|name|part_cat_id
    3001|Brick 2 x 4|11
    3002|Brick 2 x 3|11
    3003|Brick 2 x 2|11
    3004|Brick 1 x 2|11
    3005|Brick 1 x 1|11
    3006|Brick 2 x 10|11
    3007|Brick 2 x 8|11
    3008|Brick 1 x 8|11
    3009|Brick 1 x 6|11
    3010|Brick 1 x 4|11
    3622|Brick 1 x 3|11
    2456|Brick 2 x 6|11
    2357|Brick 2 x 2 corner|11
    6111|Brick 1 x 10|11
    6112|Brick 1 x 12|11
    3020|Plate 2 x 4|14
    3021|Plate 2 x 3|14
    3022|Plate 2 x 2|14
    3023|Plate 1 x 2|14
    3024|Plate 1 x 1|14
    3031|Plate 4 x 4|14
    3032|Plate 4 x 6|14
    3034|Plate 2 x 8|14
    3035|Plate 4 x 8|14
    3036|Plate 6 x 8|14
    3460|Plate 1 x 8|14
    3623|Plate 1 x 3|14
    3666|Plate 1 x 6|14
    3710|Plate 1 x 4|14
    3795|Plate 2 x 6|14
    3832|Plate 2 x 10|14
    3958|Plate 6 x 6|14
    2420|Plate 2 x 2 corner|14
    41539|Plate 8 x 8|14
    3068b|Tile 2 x 2|19
    3069b|Tile 1 x 2|19
    3070b|Tile 1 x 1|19
    2431|Tile 1 x 4|19
    6636|Tile 1 x 6|19
    63864|Tile 1 x 3|19
    87079|Tile 2 x 4|19
    98138|Round tile 1 x 1|19
    14769|Round tile 2 x 2|19
    2412b|Grille tile 1 x 2|19
    3037|Slope 45 2 x 4|3
    3038|Slope 45 2 x 3|3
    3039|Slope 45 2 x 2|3
    3040b|Slope 45 2 x 1|3
    3660|Inverted slope 45 2 x 2|3
    3665|Inverted slope 45 2 x 1|3
    3298|Slope 33 3 x 2|3
    3297|Slope 33 3 x 4|3
    54200|Slope 30 1 x 1|3
    85984|Slope 30 1 x 2|3
    11477|Curved slope 2 x 1|3
    3062b|Round brick 1 x 1|20
    3941|Round brick 2 x 2|20
    4589|Cone 1 x 1|20
    3942c|Cone 2 x 2 x 2|20
    6141|Round plate 1 x 1|21
    4032a|Round plate 2 x 2|21
    60474|Round plate 4 x 4|21
    4740|Dish 2 x 2|21
    3960|Dish 4 x 4|21
    3794b|Plate 1 x 2 with one stud|9
    15573|Plate 1 x 2 with one stud|9
    87580|Plate 2 x 2 with one stud|9
    99206|Plate 2 x 2 x 2/3 with two studs on a side|9
    99207|Bracket 1 x 2 - 2 x 2 upwards|9
    99780|Bracket 1 x 2 - 1 x 2 upwards|9
    99781|Bracket 1 x 2 - 1 x 2|9
    44728|Bracket 1 x 2 - 2 x 2|9
    2877|Brick 1 x 2 with grille|5
    4070|Brick 1 x 1 with headlight stud|5
    87087|Brick 1 x 1 with a stud on a side|5
    11211|Brick 1 x 2 with two studs on a side|5
    30414|Brick 1 x 4 with four studs on a side|5
    98283|Brick 1 x 2 with masonry profile|5
    3700|Technic brick 1 x 2 with one hole|5
    3701|Technic brick 1 x 4 with three holes|5
    32316|Technic beam 1 x 5|51
    32523|Technic beam 1 x 3|51
    32524|Technic beam 1 x 7|51
    32525|Technic beam 1 x 11|51
    40490|Technic beam 1 x 9|51
    41239|Technic beam 1 x 13|51
    32278|Technic beam 1 x 15|51
    43857|Technic beam 1 x 2|51
    2780|Technic pin with friction|53
    3673|Technic pin|53
    4274|Technic half pin|53
    6558|Technic pin, three long, with friction|53
    43093|Technic axle pin with friction|53
    3704|Technic axle 2|46
    4519|Technic axle 3|46
    3705|Technic axle 4|46
    32073|Technic axle 5|46
    3706|Technic axle 6|46
    3707|Technic axle 8|46
    3647|Technic gear, 8 teeth|52
    3648b|Technic gear, 24 teeth|52
    3649|Technic gear, 40 teeth|52
    4624|Wheel 8 x 6 mm|29
    3641|Tyre 15 x 6 mm|29
    60592|Window 1 x 2 x 2|16
    60593|Window 1 x 2 x 3|16
    60594|Window 1 x 4 x 3|16
    60601|Glass for window 1 x 2 x 2|16
    60602|Glass for window 1 x 2 x 3|16
    60596|Door frame 1 x 4 x 6|16
    60616a|Door 1 x 4 x 6|16
    60623|Door 1 x 4 x 6 with four panes|16
    3811|Baseplate 32 x 32|1
    3867|Baseplate 16 x 16|1
    2423|Leaves 4 x 3|76
    2417|Leaves 6 x 5|76
    3741|Flower stem|76`,
};

const rowsIn = (table: string): readonly DumpRow[] => {
  const [header = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split('|'));
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
};

/**
 * Common parts and colours, enough to try the service before the public dump is imported. The id changes with the
 * content, so that a later starter set replaces an earlier one.
 */
export const starterCatalogue: CatalogueDump = {
  id: () => Promise.resolve('starter-1'),
  rows: (file) => {
    const table = TABLES[file];
    if (table === undefined) return undefined;
    return (async function* () {
      for (const row of rowsIn(table)) yield await Promise.resolve(row);
    })();
  },
};
