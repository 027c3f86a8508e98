import fs from 'fs';
const topo = JSON.parse(fs.readFileSync('x/wa/package/countries-110m.json'));
const {scale:[sx,sy],translate:[tx,ty]} = topo.transform;
const arcs = topo.arcs.map(a=>{let x=0,y=0;return a.map(([dx,dy])=>{x+=dx;y+=dy;return [x*sx+tx,y*sy+ty]})});
// Equirectangular, 1 degree = 8 units, cut below 58 degrees south.
const P=([lon,lat])=>[Math.round((lon+180)*8),Math.round((84-lat)*8)];
const ring=idx=>{let pts=[];for(const i of idx){const a=i<0?[...arcs[~i]].reverse():arcs[i];pts.push(...(pts.length?a.slice(1):a));}
 // A country that crosses 180 degrees goes on beyond it, instead of across the whole map.
 let turn=0;for(let i=1;i<pts.length;i++){const step=pts[i][0]+turn-pts[i-1][0];if(step<-180)turn+=360;else if(step>180)turn-=360;pts[i]=[pts[i][0]+turn,pts[i][1]];}
 let out=[];for(const p of pts.map(P)){const l=out[out.length-1];if(!l||l[0]!==p[0]||l[1]!==p[1])out.push(p)}return out};
const d=rings=>rings.map(r=>{const p=ring(r);if(p.length<4)return '';let s='M'+p[0].join(' ');for(let i=1;i<p.length-1;i++){s+='l'+(p[i][0]-p[i-1][0])+' '+(p[i][1]-p[i-1][1]);}return s+'z'}).join('');
const nums=JSON.parse(fs.readFileSync('iso.json'));
let out=[];
for(const g of topo.objects.countries.geometries){
  const a2=nums[g.id]||(g.properties.name==='Kosovo'?'XK':g.properties.name==='Somaliland'?'SO':g.properties.name==='N. Cyprus'?'CY':null);
  if(!a2){console.error('no code',g.id,g.properties.name);continue}
  if(a2==='AQ')continue;
  const polys=g.type==='Polygon'?[g.arcs]:g.arcs;
  out.push([a2,polys.map(p=>d(p)).join('')]);
}
const m=new Map();for(const [c,p] of out)m.set(c,(m.get(c)||'')+p);
fs.writeFileSync('countries.tsv',[...m].sort((a,b)=>a[0]<b[0]?-1:1).map(([c,p])=>c+'\t'+p).join('\n')+'\n');
