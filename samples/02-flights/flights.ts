/** The flights of 2008 as a graph: airports are its vertices, numbered from 0; routes are its edges. */
import { readCsv } from './csv';

export interface Airport {
  code: string;
  name: string;
}

/** A route between two airports, and the share of the first one's departures that it takes. */
export interface Route {
  from: number;
  to: number;
  share: number;
}

export interface Flights {
  airports: Airport[];
  routes: Route[];
  /** The airports that no flight leaves. */
  deadEnds: number[];
}

/** Reads the graph from the two files in `data/`. */
export function readFlights(): Flights {
  const rows = readCsv('data/flights-airport.csv');
  const nameOf = new Map(readCsv('data/airports.csv').map((row) => [row.iata, row.name]));

  const codes = [...new Set(rows.flatMap((row) => [row.origin, row.destination]))].sort();
  const numberOf = Object.fromEntries(codes.map((code, number) => [code, number]));

  const departures = new Array<number>(codes.length).fill(0);
  for (const row of rows) departures[numberOf[row.origin]] += Number(row.count);

  const routes = rows.map((row) => {
    const from = numberOf[row.origin];
    return { from, to: numberOf[row.destination], share: Number(row.count) / departures[from] };
  });

  return {
    airports: codes.map((code) => ({ code, name: nameOf.get(code) ?? code })),
    routes,
    deadEnds: codes.map((_, airport) => airport).filter((airport) => departures[airport] === 0),
  };
}
