/** The second version: it tells of the rain as well. */
import { service } from 'lockstep';
import { mean, station } from './station';

export default service((context) =>
  station(context, (days) => {
    const degrees = mean(days, (day) => (day.warmest + day.coldest) / 2);
    const rain = mean(days, (day) => day.rain);
    return { mean: degrees, text: `mean ${degrees.toFixed(2)} °C, ${rain.toFixed(2)} mm of rain a day` };
  }),
);
