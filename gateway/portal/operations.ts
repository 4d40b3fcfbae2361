import type { OpenApiDocument } from '@lego-moc/http/openapi';

/** The part of JSON Schema that the platform's documents use. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maxLength?: number;
  readonly $ref?: string;
};

export type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
};
export type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
export type Reply = { readonly description: string; readonly content?: Content };

export type Operation = {
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<Record<string, Reply>>;
  readonly security?: readonly unknown[];
  readonly 'x-access'?: string;
};

export type ListedOperation = { readonly method: string; readonly path: string; readonly operation: Operation };

/** All operations, in the order of the document. */
export const operationsOf = ({ paths }: OpenApiDocument): readonly ListedOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation: operation as Operation })),
  );

export const needsToken = ({ security }: Operation): boolean => security?.length !== 0;
