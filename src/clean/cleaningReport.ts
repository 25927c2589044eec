/** An image that is probably not of its person. */
export interface Outlier {
  /** The row of the image. */
  image: number;
  /** The class that it has. */
  label: number;
  /** Its cosine with the mean of the class without it; 0 if the others are like nobody either. */
  cosine: number;
  /** The class whose mean is nearer: whom it probably shows. Absent if it is like nobody in the set. */
  suggested?: number;
  /** Its cosine with the mean of that class. */
  suggestedCosine?: number;
}

/** Two classes that are probably one person. */
export interface SplitPerson {
  /** The class with more images. */
  into: number;
  /** The other class. */
  from: number;
  /** The cosine of their means. */
  cosine: number;
}

/** A class that probably mixes people. */
export interface MixedClass {
  /** The class. */
  label: number;
  /** The images of each further person, most first. */
  others: number[][];
}

/** Two images under two names that are probably of one person, or one picture. */
export interface NearDuplicate {
  /** The row of one image. */
  a: number;
  /** The row of the other, in the other set where there are two. */
  b: number;
  /** Their cosine. */
  cosine: number;
}

/** An image of low quality. */
export interface LowQualityImage {
  /** The row of the image. */
  image: number;
  /** Its quality, as given. */
  quality: number;
}

/** What {@link findLabelErrors} finds: candidates, the surest first, for a person to decide. */
export interface CleaningReport {
  /** The number of images. */
  images: number;
  /** The number of classes. */
  classes: number;
  /** Images that are probably not of their person. */
  outliers: Outlier[];
  /** Classes that are probably one person. */
  splits: SplitPerson[];
  /** Classes that probably mix people. */
  mixed: MixedClass[];
  /** Pairs of images under two names that look like one person. */
  duplicates: NearDuplicate[];
  /** Images of the lowest quality; empty where none is given. */
  lowQuality: LowQualityImage[];
}
