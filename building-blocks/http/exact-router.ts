import { Router } from 'express';

/**
 * A router that compares paths exactly. Express would accept `/Metrics` and `/metrics/` for `/metrics`, and the
 * gateway, whose rules compare exactly, would not: a way around every rule.
 */
export const exactRouter = (): Router => Router({ caseSensitive: true, strict: true });
