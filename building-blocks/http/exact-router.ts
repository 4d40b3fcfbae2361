import { Router } from 'express';

/**
 * A router whose paths are asked for as they are written. Express would take `/Metrics` and `/metrics/` for `/metrics`,
 * and the gateway, whose rules compare exactly, would not: a way around every rule.
 */
export const exactRouter = (): Router => Router({ caseSensitive: true, strict: true });
