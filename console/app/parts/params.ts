import { useCallback } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';

/**
 * One parameter of the page's URL, which holds the whole state of a view. An empty value removes it. Changes replace
 * each other in the browser's history; steps in it are links.
 */
export const useParam = (name: string): readonly [string, (value: string) => void] => {
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
        { replace: true },
      );
    },
    [name, setParams],
  );
  return [params.get(name) ?? '', set];
};
