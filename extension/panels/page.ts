/** The HTML page of a webview: one script, one style sheet, and a policy that allows nothing else. */

/** Where a page's files are, as the webview reaches them. */
export interface PageSource {
  title: string;
  scriptUri: string;
  styleUri: string;
  /** The webview's own source, for style sheets, fonts and images. */
  cspSource: string;
  /** Fresh for each page; the one script that carries it may run. */
  nonce: string;
}

/** The page of a view; scripts but the one with the nonce, inline styles, frames and requests are refused. */
export function pageHtml({ title, scriptUri, styleUri, cspSource, nonce }: PageSource): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource} data:`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeAttribute(styleUri)}">
<title>${escapeAttribute(title)}</title>
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
