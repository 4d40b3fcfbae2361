const isMask = (value: object): value is { readonly masked: string; readonly count?: number } =>
  'masked' in value && typeof value.masked === 'string';

const maskText = ({ masked, count }: { readonly masked: string; readonly count?: number }): string =>
  masked === 'rest' ? `… ${String(count ?? 'some')} more` : `masked ${masked}`;

/** A JSON value as text, never as markup; what the service masks is marked as that. */
export const JsonView = ({ value }: { readonly value: unknown }) => {
  if (typeof value !== 'object' || value === null) return <span class="json-leaf">{JSON.stringify(value)}</span>;
  if (isMask(value)) return <span class="json-masked">{maskText(value)}</span>;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.length === 0) return <span>{Array.isArray(value) ? '[]' : '{}'}</span>;
  return (
    <dl class="json">
      {entries.map(([key, item]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <JsonView value={item} />
          </dd>
        </div>
      ))}
    </dl>
  );
};
