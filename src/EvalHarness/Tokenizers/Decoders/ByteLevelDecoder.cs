using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>The byte alphabet back to UTF-8; each maximal ill-formed part becomes one U+FFFD, as in Rust's <c>from_utf8_lossy</c>.</summary>
internal sealed class ByteLevelDecoder : Decoder
{
    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
            ByteAlphabet.Decode(token, bytes);
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
