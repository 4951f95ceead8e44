/**
 * Names the generated members are made of. Their folded form (lower case, letters only) must be unique within each list,
 * because an address is turned back into its member by its parts.
 */
export const GIVEN_NAMES = (
  'Ada Adrián Agnes Aisha Akira Alejandra Alice Amara Amélie Anders Anika Anjali Antoine Arjun Astrid Ayşe Beatriz Benjamin ' +
  'Björn Blessing Bruno Camille Carlos Chidi Chiara Chloe Clara Damian Daniela Darius David Deepa Diego Dmitri Edith Eero ' +
  'Eleni Elias Emeka Emma Enzo Erik Esra Fatima Felix Femi Fiona Francesca Freya Gabriel Georgia Giulia Grace Gustav Hana ' +
  'Hannah Haruto Helena Henrik Hugo Ibrahim Ingrid Irina Isabel Ivan Jakub Jamila Jana João Johanna Jonas Josephine Julia ' +
  'Kamal Karin Kateryna Kenji Kofi Lakshmi Lars Laura Layla Leila Leonardo Lena Liam Linh Lucas Łukasz Magdalena Maja Malik ' +
  'Marcus Mariam Marta Mateo Mei Milan Mina Mohamed Nadia Naomi Niamh Nikhil Nina Noah Olga Oliver Omar Oscar Patricia ' +
  'Paulo Petra Priya Rafael Ravi Rosa Samira Santiago Sara Sofia Sven Tariq Thandiwe Tomás Valentina Viktor Wanjiru Yara ' +
  'Yusuf Zara Zoë'
).split(' ');

export const SURNAMES = (
  'Abbott Acheampong Adeyemi Agarwal Ahmed Albrecht Almeida Andersen Anderson Aoki Arslan Bailey Baker Bakker Banerjee ' +
  'Barbieri Bauer Becker Bennett Berg Bianchi Blanc Bondarenko Boateng Brandt Brown Bruno Campbell Cardoso Carter Castillo ' +
  'Chatterjee Chen Choi Christensen Clark Cohen Conti Cooper Costa Cruz Dahl Davies Delgado Demir Diallo Dias Dimitrov ' +
  'Dubois Dupont Edwards Eklund Eriksson Esposito Evans Faure Fernández Ferrari Fischer Fitzgerald Fletcher Fontaine Foster ' +
  'Fournier Frank Fujita Gallagher Gallo García Georgiou Ghosh Gomes González Graf Greco Green Gruber Gupta Haas Hall ' +
  'Hansen Harris Hartmann Hayashi Hernández Hoffmann Holm Horvat Huang Hughes Ibarra Iglesias Inoue Ito Ivanova Jackson ' +
  'Jansen Jensen Jiménez Johansson Johnson Jones Kamau Kapoor Karlsson Kaur Kaya Keller Kelly Khan Kim King Klein Kobayashi ' +
  'Koch Kovács Kowalski Kozlov Kumar Lambert Lang Larsen Lee Lefebvre Lehmann Leroy Lewis Lim Lindberg Liu Lombardi López ' +
  'Maier Mäkinen Mancini Mansour Marino Marques Martin Martínez Mazur Mbeki Mehta Mendoza Mensah Meyer Miller Molina Moore ' +
  'Morales Moreau Moretti Morgan Moyo Müller Murphy Mwangi Nakamura Nair Navarro Neumann Nguyen Nielsen Novak Ochieng ' +
  'Okafor Okonkwo Olsen Ortega Osei Owens Papadopoulos Park Patel Pereira Perez Petrov Pham Popescu Price Quinn Rahman ' +
  'Ramírez Reddy Richter Rinaldi Rivera Roberts Romano Rossi Roux Ruiz Saito Salazar Sánchez Santos Sato Schmidt Schneider ' +
  'Schulz Sharma Shevchenko Silva Singh Smith Sokolov Sousa Stewart Svensson Takahashi Tanaka Taylor Thomas Thompson Torres ' +
  'Tran Tremblay Turner Vargas Vasquez Virtanen Vogel Volkov Wagner Walker Wang Watanabe Weber White Williams Wilson Wolf ' +
  'Wood Wright Yamamoto Yang Yilmaz Young Zhang Zimmermann'
).split(' ');

const LETTERS: Record<string, string> = { ł: 'l', ş: 's', ø: 'o', ß: 'ss' };

/** The part of an address that stands for a name: `Łukasz` → `lukasz`. */
export const folded = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[łşøß]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
