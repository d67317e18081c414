namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>What a piece is (sentencepiece_model.proto, SentencePiece.Type).</summary>
internal enum PieceKind
{
    /// <summary>Found in text.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Never found in text: begin, end, padding.</summary>
    Control = 3,

    /// <summary>A byte, where text falls back to bytes.</summary>
    Byte = 6,
}
