import { config } from 'zod/mini';

// zod's faster parser is made of text at run time, which the page's policy forbids. Imported before any schema is made.
config({ jitless: true });
