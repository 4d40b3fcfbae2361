import { toCsv, toJson, type Table } from '../model/export.ts';

const download = (name: string, type: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};

const fileName = (name: string, ending: string): string =>
  `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${ending}`;

/** Saves what is on screen: filtered, sorted and masked as it is there. */
export const ExportButtons = ({ name, table }: { readonly name: string; readonly table: () => Table }) => (
  <span class="export">
    <button type="button" onClick={() => download(fileName(name, 'json'), 'application/json', toJson(table()))}>
      JSON
    </button>
    <button type="button" onClick={() => download(fileName(name, 'csv'), 'text/csv', toCsv(table()))}>
      CSV
    </button>
  </span>
);
