using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, to which models fall back.</summary>
internal sealed class ByteTokens
{
    private readonly int?[] _ids;

    public ByteTokens(IReadOnlyDictionary<string, int> vocabulary) =>
        _ids = [.. Enumerable.Range(0, 256).Select(b => vocabulary.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>"), out var id) ? id : (int?)null)];

    /// <summary>Appends the tokens of a text's UTF-8 bytes, if the vocabulary has all of them.</summary>
    public bool TryAppend(string text, List<int> ids)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!Array.TrueForAll(bytes, b => _ids[b] is not null))
            return false;
        ids.AddRange(bytes.Select(b => _ids[b]!.Value));
        return true;
    }
}
