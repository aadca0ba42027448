/** Style sheets are bundled by esbuild into the view's one style sheet. */
declare module '*.css';
