import * as vscode from '../vscode';
import type { Row } from './rows';

/** A row as the editor's tree item. The tooltip is plain text, so nothing in it becomes a link or markup. */
export function treeItem(
  id: string,
  row: Row,
  collapsible = vscode.TreeItemCollapsibleState.None,
): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsible);
  item.id = id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  return item;
}
