/** Words and abbreviations that corpora write, by the project's own word. */
const synonyms: Readonly<Record<string, string>> = {
  anger: 'anger angry ang wut aerger colere enojo rabbia raiva',
  boredom: 'boredom bored bor langeweile',
  calm: 'calm cal',
  contempt: 'contempt con contemptuous',
  disgust: 'disgust disgusted dis ekel degout asco disgusto',
  excitement: 'excitement excited exc',
  fear: 'fear fearful fea scared afraid anxiety angst peur miedo paura',
  frustration: 'frustration frustrated fru',
  happiness: 'happiness happy hap joy joyful freude joie alegria gioia',
  neutral: 'neutral neu neutrality neutre neutro',
  sadness: 'sadness sad trauer tristesse tristeza tristezza',
  surprise: 'surprise surprised sur ps ueberraschung sorpresa',
};

const words = new Map(
  Object.entries(synonyms).flatMap(([emotion, list]) =>
    list.split(' ').map((word) => [word, emotion] as const),
  ),
);

/** The emotion that a label most likely means; `undefined` where it is none that is known. */
export function emotionOf(label: string): string | undefined {
  return words.get(label.trim().toLowerCase());
}

/** What tables call the columns that `fetch` reads, likeliest first. */
export const headers = {
  file: ['file', 'path', 'filename', 'file_name', 'filepath', 'audio', 'wav', 'clip', 'name', 'id'],
  emotion: ['emotion', 'label', 'emo', 'class', 'category', 'affect', 'target', 'emotion_label'],
  speaker: ['speaker', 'speaker_id', 'spk', 'subject', 'actor', 'participant', 'person', 'talker'],
  sex: ['sex', 'gender'],
  text: ['text', 'sentence', 'prompt', 'transcript', 'transcription', 'statement', 'utterance'],
  take: ['take', 'repetition', 'rep', 'trial'],
} as const;

export type Role = keyof typeof headers;
