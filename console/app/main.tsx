import './api/parser-config.ts';
import { QueryClient, QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { Router } from 'wouter-preact';
import { RequestFailed } from './api/http.ts';
import { Console } from './console.tsx';
import { applyTheme, storedTheme } from './parts/theme.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // Screens ask again at their interval anyway; a refusal will not change by asking twice.
      retry: (count, error) => count < 1 && error instanceof RequestFailed && error.status === 0,
      refetchOnWindowFocus: true,
      structuralSharing: true,
    },
  },
});

applyTheme(storedTheme());

const root = document.getElementById('console');
if (root !== null)
  render(
    <QueryClientProvider client={queries}>
      <Router base="/console">
        <Console />
      </Router>
    </QueryClientProvider>,
    root,
  );
