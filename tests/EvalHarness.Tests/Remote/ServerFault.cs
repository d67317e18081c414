namespace Loragate.EvalHarness.Remote;

/// <summary>What servers were seen to do wrong.</summary>
internal enum ServerFault
{
    None,

    /// <summary>Answers for the base whatever is asked.</summary>
    IgnoresAdapter,

    /// <summary>Applies the adapter but for its change of the head, as vLLM's prompt_logprobs (vllm#51594).</summary>
    IgnoresHead,

    /// <summary>Applies the adapter but for its changes of the MLPs, as servers whose model class does not list these modules.</summary>
    IgnoresMlp,

    /// <summary>Gives the answer that it once gave for the same tokens, whichever model it was for.</summary>
    StaleCache,

    /// <summary>Log-probabilities after a temperature.</summary>
    Heated,

    /// <summary>Null in the middle, as chunked prefill gave.</summary>
    NullEntry,

    /// <summary>Another token than was sent.</summary>
    OtherToken,

    /// <summary>An entry for the generated token as well.</summary>
    OneTokenMore,

    /// <summary>Cuts the prompt.</summary>
    OneTokenLess,

    /// <summary>No prompt log-probabilities at all, as servers that ignore the option.</summary>
    NoPromptLogprobs,

    /// <summary>The floor that stands for minus infinity.</summary>
    Clamped,

    /// <summary>A probability above one.</summary>
    AboveOne,

    /// <summary>An answer of another model.</summary>
    OtherModel,

    /// <summary>The adapter was loaded on another base.</summary>
    OtherParent,

    /// <summary>Status 400 with a reason.</summary>
    Refuses,

    /// <summary>Status 503 to every third request.</summary>
    BusyAtFirst,

    /// <summary>Breaks the connection of every third request.</summary>
    BreaksOff,
}
