/**
 * The editor's API, for every file of the extension: the bundler copies a foreign namespace for each file that imports
 * it, name by name, and with thirty files that was a third of the time that `activate` may take.
 */
export * from 'vscode';
