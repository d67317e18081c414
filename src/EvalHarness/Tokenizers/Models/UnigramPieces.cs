namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>What a unigram model finds in text.</summary>
/// <param name="Trie">The pieces.</param>
/// <param name="Scores">Log-probabilities by id.</param>
/// <param name="UnknownScore">The score of an unknown character.</param>
/// <param name="Unknown">The id of the unknown token.</param>
/// <param name="IsSingle">Whether sums are float32, as SentencePiece adds; the tokenizers library adds in double.</param>
internal sealed record UnigramPieces(PieceTrie Trie, IReadOnlyList<double> Scores, double UnknownScore, int Unknown, bool IsSingle);
