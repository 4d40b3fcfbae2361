import { useCallback } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';

/**
 * One parameter of the page's URL, which holds the whole state of a view. An empty value removes it; with `push` the
 * change is a step of its own in the browser's history.
 */
export const useParam = (
  name: string,
  { push = false }: { readonly push?: boolean } = {},
): readonly [string, (value: string) => void] => {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (value: string) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === '') after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: !push },
      );
    },
    [name, push, setParams],
  );
  return [params.get(name) ?? '', set];
};
