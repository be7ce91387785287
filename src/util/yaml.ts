/**
 * The YAML library for those who load it only when they need it: `import('yaml')` itself would give no
 * named exports in the bundle, because the package is CommonJS for Node.
 */
export { isMap, isScalar, LineCounter, parseDocument, stringify } from 'yaml';
