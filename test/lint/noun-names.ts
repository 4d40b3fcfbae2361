import type { Rule } from 'eslint';

/**
 * Past participles without -ed. Left out are imperatives (`put`, `cut`, `set`, `split`, `run`), the `left` operand, and the
 * `given` of given-when-then.
 */
const IRREGULAR = new Set(
  `asked begun bought broken brought built caught chosen dealt done drawn driven eaten fallen felt flown forgotten fought
  found frozen gone got grown heard held hidden kept known laid leased led lent lost made meant met paid ridden
  risen said seen sent shown sold spent spoken stolen stood struck swept taken taught thought thrown told torn understood
  woken won worn written`.split(/\s+/),
);
const PRONOUNS = new Set(
  `another both each everybody everyone he many mine nobody none one ones ours same she somebody someone such that theirs
  these they those what which who whom whose`.split(/\s+/),
);
/** Nouns, verbs and the words of assertions, although they end like participles. */
const EXCEPTIONS = new Set(['expected', 'feed', 'need', 'seed', 'speed', 'exceed', 'proceed', 'succeed', 'hundred']);

const isBare = (name: string): boolean => {
  const word = name.toLowerCase();
  return (
    /^_*(?:[A-Za-z][a-z]*|[A-Z]+)$/.test(name) &&
    !EXCEPTIONS.has(word) &&
    (IRREGULAR.has(word) || PRONOUNS.has(word) || /[a-z]{2}ed$/.test(word))
  );
};

/** The nodes of TypeScript are not among ESLint's own types. */
type Declaration = { readonly id?: Rule.Node | null };
type Signature = { readonly params: readonly Rule.Node[] };

/** A participle or a pronoun does not say what a value is, or what a function does. */
export const nounNames: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { bare: '"{{name}}" is a bare participle or pronoun: values are nouns, functions imperative verbs.' },
  },
  create: (context) => {
    const check = (node?: Rule.Node | null): void => {
      if (node?.type === 'Identifier' && isBare(node.name))
        context.report({ node, messageId: 'bare', data: { name: node.name } });
    };
    const checkDeclaration = (node: Rule.Node): void => check((node as Declaration).id);
    const checkParameters = (node: Rule.Node): void => {
      for (const param of (node as unknown as Signature).params)
        check(param.type === 'AssignmentPattern' ? (param.left as Rule.Node) : param);
    };
    return {
      'VariableDeclarator, FunctionDeclaration, ClassDeclaration, TSTypeAliasDeclaration, TSInterfaceDeclaration':
        checkDeclaration,
      ':function, TSFunctionType': checkParameters,
    };
  },
};
