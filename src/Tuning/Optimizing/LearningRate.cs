namespace Loragate.Tuning.Optimizing;

/// <summary>The learning rate of each step: it rises in equal parts over the warm-up, reaches its highest with the last of them, and then follows the schedule.</summary>
/// <param name="highest">The highest rate.</param>
/// <param name="schedule">How it falls.</param>
/// <param name="warmUp">Steps of the warm-up.</param>
/// <param name="steps">All steps.</param>
internal sealed class LearningRate(double highest, Schedule schedule, int warmUp, int steps)
{
    /// <summary>The rate of a step, from 0.</summary>
    public double At(int step)
    {
        if (step < warmUp)
            return highest * (step + 1) / warmUp;
        var share = (double)(step - warmUp) / (steps - warmUp);
        return schedule switch
        {
            Schedule.Cosine => highest * 0.5 * (1 + Math.Cos(Math.PI * share)),
            Schedule.Linear => highest * (1 - share),
            _ => highest,
        };
    }
}
