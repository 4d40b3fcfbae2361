import { quoteName } from '@lego-moc/postgres/database';

/** The view that readers know. Not quoted. */
export const viewName = (name: string): string => name.replaceAll('-', '_');

/** The table of one generation. Not quoted. */
export const tableName = ({ name }: { readonly name: string }, generation: number): string =>
  `${viewName(name)}_${generation}`;

/** The same, quoted. */
export const tableOf = (definition: { readonly name: string }, generation: number): string =>
  quoteName(tableName(definition, generation));

/** The table for the members of one of its columns, quoted. Begins like the name of the table that they belong to. */
export const membersTableOf = (definition: { readonly name: string }, generation: number, column: string): string =>
  quoteName(`${tableName(definition, generation)}_${column}`);

/** The view that readers know: the rows of the generation in use, without tombstones. Quoted. */
export const rowsOf = (name: string): string => quoteName(viewName(name));

/** The view of every id with its revision, tombstones included. Quoted. */
export const revisionsOf = (name: string): string => quoteName(`${viewName(name)}_revisions`);
