/** A theme under which MOCs and sets are sorted, and the subthemes within it. */
export type Theme = { readonly theme: string; readonly subthemes: readonly string[] };

/** The catalogue of themes; builders may name others. */
export const THEMES: readonly Theme[] = [
  { theme: 'Animals', subthemes: ['Dinosaurs', 'Insects', 'Pets', 'Sea life', 'Wildlife'] },
  { theme: 'Architecture', subthemes: ['Landmarks', 'Skylines', 'Studio'] },
  { theme: 'Art', subthemes: ['Mosaics', 'Sculptures'] },
  { theme: 'Botanical', subthemes: ['Bonsai', 'Bouquets', 'Gardens'] },
  { theme: 'Buildings', subthemes: ['Houses', 'Interiors', 'Modular', 'Shops', 'Skyscrapers'] },
  { theme: 'Castle', subthemes: ['Black Falcons', 'Fantasy', 'Forestmen', 'Lion Knights', 'Medieval village'] },
  { theme: 'City', subthemes: ['Airport', 'Fire', 'Harbour', 'Hospital', 'Police', 'Space port', 'Traffic'] },
  { theme: 'Creator', subthemes: ['3-in-1', 'Expert', 'Fairground'] },
  { theme: 'Friends', subthemes: [] },
  { theme: 'Games', subthemes: ['Board games', 'Puzzles', 'Video games'] },
  { theme: 'Great Ball Contraption', subthemes: ['Lifts', 'Modules'] },
  { theme: 'Harry Potter', subthemes: ['Diagon Alley', 'Hogwarts'] },
  { theme: 'Ideas', subthemes: [] },
  { theme: 'Jurassic World', subthemes: [] },
  { theme: 'Marvel', subthemes: ['Avengers', 'Guardians of the Galaxy', 'Spider-Man', 'X-Men'] },
  { theme: 'Mechs', subthemes: [] },
  { theme: 'Military', subthemes: ['Aircraft', 'Ground', 'Naval'] },
  { theme: 'Minecraft', subthemes: [] },
  { theme: 'Ninjago', subthemes: ['City', 'Dragons'] },
  { theme: 'Pirates', subthemes: ['Forts', 'Imperial', 'Islanders', 'Ships'] },
  { theme: 'Seasonal', subthemes: ['Christmas', 'Easter', 'Halloween', 'Lunar New Year', 'Winter village'] },
  {
    theme: 'Space',
    subthemes: ['Blacktron', 'Classic Space', 'Ice Planet', 'M-Tron', 'Real spacecraft', 'Space Police'],
  },
  { theme: 'Speed Champions', subthemes: [] },
  { theme: 'Star Wars', subthemes: ['Capital ships', 'Diorama', 'Droids', 'Starfighters', 'Walkers'] },
  { theme: 'Technic', subthemes: ['Cars', 'Construction', 'Gearboxes', 'Motorcycles', 'Pneumatics', 'Remote control'] },
  { theme: 'The Lord of the Rings', subthemes: [] },
  { theme: 'Trains', subthemes: ['Carriages', 'Locomotives', 'Monorail', 'Narrow gauge', 'Stations', 'Track'] },
  { theme: 'Vehicles', subthemes: ['Aircraft', 'Boats', 'Cars', 'Motorcycles', 'Trucks'] },
  { theme: 'Wild West', subthemes: [] },
];
