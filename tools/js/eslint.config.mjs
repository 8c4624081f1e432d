// Rules for the JavaScript of the widgets: mistakes, no matters of taste but those that were settled.

const browser = [
  "Blob", "CompressionStream", "DecompressionStream", "ImageData", "IntersectionObserver", "MutationObserver", "Node", "Option",
  "ResizeObserver", "Response", "TextDecoder", "TextEncoder", "URL", "Worker", "atob", "btoa",
  "cancelAnimationFrame", "clearTimeout", "console", "document", "getComputedStyle", "location", "matchMedia",
  "navigator", "performance", "requestAnimationFrame", "self", "setTimeout", "window",
];

export default [{
  files: ["**/*.js", "**/*.mjs"],
  languageOptions: {
    ecmaVersion: 2022, sourceType: "module",
    globals: Object.fromEntries(browser.map((name) => [name, "readonly"])),
  },
  linterOptions: { reportUnusedDisableDirectives: "error" },
  rules: {
    "no-undef": "error", "no-unused-vars": "error", "no-redeclare": "error", "no-shadow-restricted-names": "error",
    "no-dupe-keys": "error", "no-dupe-args": "error", "no-dupe-class-members": "error", "no-unreachable": "error",
    "no-const-assign": "error", "no-self-assign": "error", "no-self-compare": "error", "no-sparse-arrays": "error",
    "no-fallthrough": "error", "no-cond-assign": "error", "no-constant-condition": "error", "no-empty": "error",
    "no-loss-of-precision": "error", "no-unsafe-negation": "error", "no-unsafe-finally": "error",
    "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
    "array-callback-return": "error", "consistent-return": "error", "eqeqeq": "error", "no-eval": "error",
    "no-implied-eval": "error", "no-var": "error", "prefer-const": "error", "no-throw-literal": "error",
    "use-isnan": "error", "valid-typeof": "error", "require-yield": "error", "getter-return": "error",
    "no-promise-executor-return": "error", "no-template-curly-in-string": "error", "no-unused-expressions": "error",
    "max-len": ["error", { code: 130 }], "max-lines": ["error", 300],
  },
}];
