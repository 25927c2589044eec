export {type Mnist, type MnistOptions, type MnistPart, mnist} from './data/mnist';
