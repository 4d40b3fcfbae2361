import type { ComponentChildren } from 'preact';

type Mask = { readonly masked: string; readonly count?: number };

const isMask = (value: object): value is Mask => 'masked' in value && typeof value.masked === 'string';

const maskText = ({ masked, count }: Mask): string =>
  masked === 'rest' ? `… ${String(count ?? 'some')} more` : `masked ${masked}`;

type Props = {
  readonly value: unknown;
  /** How a masked value looks, by the names and numbers that lead to it. */
  readonly viewMask?: (path: string, text: string) => ComponentChildren;
  readonly path?: string;
};

/** A JSON value as text, never as markup; what the service masks is marked as that. */
export const JsonView = ({ value, viewMask, path = '' }: Props) => {
  if (typeof value !== 'object' || value === null) return <span class="json-leaf">{JSON.stringify(value)}</span>;
  if (isMask(value))
    return <>{viewMask?.(path, maskText(value)) ?? <span class="json-masked">{maskText(value)}</span>}</>;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.length === 0) return <span>{Array.isArray(value) ? '[]' : '{}'}</span>;
  return (
    <dl class="json">
      {entries.map(([key, item]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <JsonView
              value={item}
              path={path === '' ? key : `${path}.${key}`}
              {...(viewMask === undefined ? {} : { viewMask })}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
};
