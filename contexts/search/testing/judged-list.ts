import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { isFault, parseQuery } from '../domain/query.ts';
import { parseSynonyms } from '../domain/synonyms.ts';
import type { IndexForTests } from './index-for-tests.ts';

/** Title, theme, tags, description. Invented, in the manner of what builders call their MOCs. */
const MOCS = [
  ['Harbour Crane', 'Harbour', 'crane, dock', 'A crane that lifts containers.'],
  ['Floating Crane "Hercules"', 'Harbour', 'crane, ship', 'Barge with a working winch.'],
  ['Crane Fly', 'Animals', 'insect', 'Long legs, transparent wings.'],
  ['Tower Crane with Motor', 'Technic', 'crane, motorised', 'Radio controlled, 1.2 m high.'],
  ['Container Ship', 'Harbour', 'ship', 'With a small crane on deck.'],
  ['Lighthouse on a Rock', 'Harbour', 'lighthouse, sea', 'With a rotating lamp.'],
  ['Light House for a Family', 'City', 'house, modern', 'Big windows.'],
  ['Medieval Castle', 'Castle', 'medieval, knights', 'Walls, towers and a drawbridge.'],
  ['Castle Gatehouse', 'Castle', 'medieval, gate', 'The gate of a large fortress.'],
  ['Ruined Fortress', 'Castle', 'ruin', 'What a siege has left.'],
  ['Knights’ Tournament', 'Castle', 'knights, horses', 'Two knights in front of the castle.'],
  ['Sand Castle', 'Beach', 'summer', 'On the beach.'],
  ['Star Wars Gunship, Microscale', 'Star Wars', 'microscale, spaceship', 'Fits on a palm.'],
  ['SW Desert Hut', 'Star Wars', 'hut, sand', 'Where a droid was sold.'],
  ['Grey Spaceship', 'Space', 'spaceship, classic', 'In classic colours.'],
  ['Classic Space Base', 'Space', 'classic, moon', 'Domes and an antenna.'],
  ['Starship "Perihelion"', 'Space', 'starship', 'Two decks and a bridge.'],
  ['Steam Locomotive 01', 'Trains', 'steam, train', 'Pulls eight coaches.'],
  ['Small Loco Shed', 'Trains', 'train, shed', 'Room for two steam engines.'],
  ['Train Station', 'Trains', 'station, train', 'With a clock tower.'],
  ['Model Railway Bridge', 'Trains', 'bridge', 'Spans 80 studs.'],
  ['Modular Bakery', 'Modular', 'modular, shop', 'Three floors, full interior.'],
  ['Corner Bookshop', 'Modular', 'modular, shop', 'With a bakery next door.'],
  ['Bakery Van', 'City', 'van', 'Delivers bread.'],
  ['Fire Station', 'City', 'fire, station', 'Two engines and a tower.'],
  ['Fire Dragon', 'Fantasy', 'dragon', 'Breathes fire; poseable wings.'],
  ['Ice Dragon', 'Fantasy', 'dragon, ice', 'Guards a cave.'],
  ['Dragon Boat', 'Boats', 'boat, dragon', 'Twenty rowers.'],
  ['Red Excavator', 'Technic', 'excavator, motorised', 'Four functions.'],
  ['Mini Digger', 'Technic', 'digger', 'With hand controls.'],
  ['Mobile Crane Mk II, Yellow', 'Technic', 'crane, truck', 'Alternative build.'],
  ['Lorry with Trailer', 'City', 'truck', 'In two colours.'],
  ['Pickup Truck', 'City', 'truck, car', 'With a canoe on top.'],
  ['Winter Village Bakery', 'Winter', 'winter, shop', 'Snow on the roof.'],
  ['Windmill', 'Farm', 'mill', 'The sails turn.'],
  ['Watermill by the River', 'Farm', 'mill, water', 'With a turning wheel.'],
  ['Great Ball Contraption: Zigzag', 'Technic', 'gbc', 'Module of 32 studs.'],
  ['GBC Lift', 'Technic', 'gbc', 'Moves a ball a second.'],
  ['Château de Chambord', 'Architecture', 'france', 'Small scale, 2,000 parts.'],
  ['Millennium Bridge', 'Architecture', 'bridge, london', 'Over the river.'],
] as const;

/** What a person who searches for it wants to see: 3 is exactly that, 2 is good, 1 is still to the point. */
const JUDGEMENTS: readonly (readonly [query: string, grades: Readonly<Record<string, number>>])[] = [
  ['harbour crane', { 'Harbour Crane': 3, 'Floating Crane "Hercules"': 2, 'Container Ship': 1 }],
  [
    'crane',
    {
      'Harbour Crane': 3,
      'Tower Crane with Motor': 3,
      'Floating Crane "Hercules"': 3,
      'Mobile Crane Mk II, Yellow': 3,
      'Crane Fly': 1,
      'Container Ship': 1,
    },
  ],
  [
    'cranes',
    {
      'Harbour Crane': 3,
      'Tower Crane with Motor': 3,
      'Floating Crane "Hercules"': 3,
      'Mobile Crane Mk II, Yellow': 3,
      'Crane Fly': 1,
      'Container Ship': 1,
    },
  ],
  ['lighthouse', { 'Lighthouse on a Rock': 3, 'Light House for a Family': 1 }],
  [
    'castle',
    { 'Medieval Castle': 3, 'Castle Gatehouse': 3, 'Ruined Fortress': 2, 'Sand Castle': 2, 'Knights’ Tournament': 1 },
  ],
  ['knights', { 'Knights’ Tournament': 3, 'Medieval Castle': 2 }],
  ['star wars', { 'Star Wars Gunship, Microscale': 3, 'SW Desert Hut': 3 }],
  ['sw', { 'SW Desert Hut': 3, 'Star Wars Gunship, Microscale': 3 }],
  ['spaceship', { 'Grey Spaceship': 3, 'Starship "Perihelion"': 3, 'Star Wars Gunship, Microscale': 2 }],
  ['gray spaceship', { 'Grey Spaceship': 3 }],
  ['steam engine', { 'Steam Locomotive 01': 3, 'Small Loco Shed': 1 }],
  ['train station', { 'Train Station': 3 }],
  ['station', { 'Train Station': 3, 'Fire Station': 3 }],
  ['bakery', { 'Modular Bakery': 3, 'Winter Village Bakery': 3, 'Bakery Van': 2, 'Corner Bookshop': 1 }],
  ['modular', { 'Modular Bakery': 3, 'Corner Bookshop': 2 }],
  ['dragon', { 'Fire Dragon': 3, 'Ice Dragon': 3, 'Dragon Boat': 2 }],
  ['dragon -boat', { 'Fire Dragon': 3, 'Ice Dragon': 3 }],
  ['digger', { 'Mini Digger': 3, 'Red Excavator': 3 }],
  ['truck', { 'Pickup Truck': 3, 'Lorry with Trailer': 3, 'Mobile Crane Mk II, Yellow': 1 }],
  ['mill', { Windmill: 2, 'Watermill by the River': 2, 'Millennium Bridge': 1 }],
  ['gbc', { 'GBC Lift': 3, 'Great Ball Contraption: Zigzag': 3 }],
  ['chateau chambord', { 'Château de Chambord': 3 }],
  ['milenium brige', { 'Millennium Bridge': 3 }],
  ['excavater', { 'Red Excavator': 3 }],
  ['"crane fly"', { 'Crane Fly': 3 }],
  ['theme:technic crane', { 'Tower Crane with Motor': 3, 'Mobile Crane Mk II, Yellow': 3 }],
];

const LOOKED_AT = 10;

const gain = (grades: readonly number[]): number =>
  grades.slice(0, LOOKED_AT).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);

/** Normalised discounted cumulative gain: 1 when the order is the best one, 0 when nothing wanted is among the first ten. */
export const ndcg = (ranking: readonly string[], grades: Readonly<Record<string, number>>): number =>
  gain(ranking.map((title) => grades[title] ?? 0)) /
  gain(Object.values(grades).toSorted((grade, other) => other - grade));

export type Judgement = { readonly query: string; readonly ndcg: number };

const JUDGE = 'judge' as UserId;

/** Feeds the judged MOCs to an index, which may hold others, and judges its order by query. */
export const judge = async (
  { index, learn }: Pick<IndexForTests, 'index' | 'learn'>,
  synonymsText: string,
): Promise<readonly Judgement[]> => {
  for (const [title, theme, tags, description] of MOCS)
    await learn({
      ...{ status: 'published', mocId: newId(), owner: JUDGE, title, theme, tags: tags.split(', '), description },
      ...{ totalPieces: 100, partsLists: [], files: [], changed: [] },
      ...{ createdAt: '2026-01-01T12:00:00.000Z', publishedAt: '2026-01-02T12:00:00.000Z' },
    });
  const synonyms = parseSynonyms(synonymsText);
  const judgements: Judgement[] = [];
  for (const [text, grades] of JUDGEMENTS) {
    const query = parseQuery(`${text} by:${JUDGE}`, synonyms);
    if (isFault(query)) throw new Error(query.fault);
    const { documents } = await index.find({ query, types: ['moc'], by: JUDGE, sort: 'relevance', limit: LOOKED_AT });
    judgements.push({
      query: text,
      ndcg: ndcg(
        documents.map(({ title }) => title),
        grades,
      ),
    });
  }
  return judgements;
};

export const meanOf = (judgements: readonly Judgement[]): number =>
  judgements.reduce((sum, judgement) => sum + judgement.ndcg, 0) / judgements.length;
