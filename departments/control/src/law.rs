//! All rules of this room, compiled once per edition, with those of the rooms that it conducts.

use crate::codes::CodeLists;
use crate::compatibility::Compatibility;
use crate::condition::Condition;
use crate::disposal::{self, DisposalKind};
use crate::field_norm::{Demand, FieldNorm};
use crate::form::{Fields, Part};
use crate::guard::GUARDS;
use crate::loading_term::LoadingTerms;
use crate::mode::DeclarationModes;
use crate::norm::{Norm, norm_schema};
use crate::periodic;
use crate::periodic_law::PeriodicRules;
use crate::post::Post;
use crate::power::Powers;
use crate::select::{Selection, selection_schema};
use crate::step::ACTIONS;
use crate::summary_field::SummaryField;
use crate::term::Terms;
use crate::two_step::TwoStepRules;
use customhouse_duties::{SpecialDuties, Tariff};
use customhouse_finance::{
    AggregateTerms, DepositRates, GuaranteeCeilings, LateDeclarationFees, LatePaymentSurcharges,
    PaymentTerms, RefundGrounds, ReturnsOfGoods, SaleRules,
};
use customhouse_kernel::casework::{Procedure, Vocabulary};
use customhouse_kernel::expression::Schema;
use customhouse_kernel::law::{Pack, PackFault, Rule, Rulebook};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CurrencyCode, Direction};
use jiff::civil::Date;
use std::sync::Arc;

/// Everything that `control` decides by.
#[derive(Debug)]
pub struct ControlLaw {
    pub edition: u32,
    pub rulebook: Arc<Rulebook>,
    pub tariff: Tariff,
    pub special_duties: SpecialDuties,
    pub terms: PaymentTerms,
    pub aggregate_terms: AggregateTerms,
    pub late_declaration: LateDeclarationFees,
    pub late_payment: LatePaymentSurcharges,
    pub guarantee_ceilings: GuaranteeCeilings,
    pub sales: SaleRules,
    pub refund_grounds: RefundGrounds,
    pub(crate) returns_of_goods: ReturnsOfGoods,
    pub(crate) deposit_rates: DepositRates,
    pub(crate) terms_of_procedure: Terms,
    pub codes: CodeLists,
    pub modes: DeclarationModes,
    /// Which posts may do what.
    pub powers: Powers,
    pub periodic: PeriodicRules,
    pub(crate) loading_terms: LoadingTerms,
    pub(crate) two_step: TwoStepRules,
    pub(crate) summary_fields: Vec<SummaryField>,
    declaration_procedures: ByDirection<Procedure>,
    bill_procedures: ByDirection<Procedure>,
    guarantee_procedures: ByDirection<Procedure>,
    /// That of permits for periodic declaration; editions kept before them have none.
    periodic_procedure: Option<Procedure>,
    /// Those of goods that nobody clears; editions kept before them have none.
    disposal_procedures: Vec<(DisposalKind, Procedure)>,
    /// `None` under editions from before refunds.
    refund_procedures: Option<ByDirection<Procedure>>,
    pub(crate) norms: Vec<Norm>,
    pub(crate) compatibility: Compatibility,
    pub(crate) schema: Schema,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) selection: Vec<Selection>,
    field_norms: Vec<FieldNorm>,
}

/// One for each way that goods go.
#[derive(Clone, Debug)]
struct ByDirection<T> {
    import: T,
    export: T,
}

impl<T> ByDirection<T> {
    fn of(&self, direction: Direction) -> &T {
        match direction {
            Direction::Import => &self.import,
            Direction::Export => &self.export,
        }
    }
}

/// What procedures may name: the closed lists of this room.
pub fn vocabulary() -> Vocabulary {
    let roles = ["carrier", "declarant", "operator", "officer", "bank", "system"];
    let own = [
        "give_entry_number",
        "declare_bill",
        "assess",
        "make_payment_books",
        "collect",
        "write_off_bill",
        "accept_guarantee",
        "refuse_guarantee",
        "give_back_guarantee",
        "claim_on_guarantee",
        "notify_payer",
        "name_account",
        "propose_refund",
        "order_refund",
        "refuse_refund",
        "pay_out_refund",
        "put_back_refund",
        "arrive_bill",
        "load_bill",
        "shut_out_bill",
        "depart_bill",
        "enter_bill",
    ];
    Vocabulary {
        roles: roles.into_iter().chain(Post::ALL.map(Post::name)).collect(),
        guards: GUARDS.into(),
        actions: own.into_iter().chain(ACTIONS).chain(disposal::ACTIONS).chain(periodic::ACTIONS).collect(),
    }
}

impl ControlLaw {
    /// Compiles a pack.
    ///
    /// # Errors
    /// Every rule and procedure that does not fit, each with its place; then nothing of it is used.
    pub fn compile(pack: &Pack) -> Result<ControlLaw, Vec<PackFault>> {
        let mut faults = Vec::new();
        let book = &pack.rulebook;
        let currency = CurrencyCode::parse(&pack.manifest.territory.currency).unwrap_or_else(|| {
            faults.push(PackFault::new(
                "pack.toml",
                0,
                "currency 不是三位大写字母",
                "currency is not three capital letters",
            ));
            CurrencyCode::parse("XXX").expect("three capital letters")
        });
        let mut gather = |found: Result<(), Vec<PackFault>>| {
            if let Err(mut found) = found {
                faults.append(&mut found);
            }
        };
        let tariff = keep(Tariff::compile(book, currency), &mut gather);
        let special_duties = keep(SpecialDuties::compile(book), &mut gather);
        let terms = keep(PaymentTerms::compile(book), &mut gather);
        let aggregate_terms = keep(AggregateTerms::compile(book), &mut gather);
        let modes = keep(DeclarationModes::compile(book), &mut gather);
        let periodic = keep(PeriodicRules::compile(book), &mut gather);
        let late_declaration = keep(LateDeclarationFees::compile(book), &mut gather);
        let late_payment = keep(LatePaymentSurcharges::compile(book), &mut gather);
        let terms_of_procedure = keep(Terms::compile(book), &mut gather);
        let loading_terms = keep(LoadingTerms::compile(book), &mut gather);
        let powers = keep(Powers::compile(book), &mut gather);
        let guarantee_ceilings = keep(GuaranteeCeilings::compile(book), &mut gather);
        let sales = keep(SaleRules::compile(book), &mut gather);
        let refund_grounds = keep(RefundGrounds::compile(book), &mut gather);
        let returns_of_goods = keep(ReturnsOfGoods::compile(book), &mut gather);
        let deposit_rates = keep(DepositRates::compile(book), &mut gather);
        let two_step = keep(TwoStepRules::compile(book), &mut gather);
        let summary_fields = each(book.kind("summary_field"), SummaryField::read, &mut gather);
        let codes = keep(CodeLists::compile(book), &mut gather);
        let compatibility = keep(Compatibility::compile(book, &codes), &mut gather);
        let schema = norm_schema();
        let norms = each(book.kind("norm"), |r| Norm::read(r, &schema), &mut gather);
        let conditions = each(book.kind("condition"), Condition::read, &mut gather);
        let selection_names = selection_schema();
        let mut selection =
            each(book.kind("selection"), |r| Selection::read(r, &selection_names), &mut gather);
        selection.sort_by_key(Selection::order);
        let field_norms = each(book.kind("field_norm"), FieldNorm::read, &mut gather);
        for procedure in &pack.procedures {
            let found = procedure.check(&vocabulary());
            gather(if found.is_empty() { Ok(()) } else { Err(found) });
        }
        let mut find = |record: &str| {
            let found = procedures_for(&pack.procedures, record);
            if found.is_none() {
                let words = (
                    format!("规则包没有 {record} 的程序"),
                    format!("the pack has no procedure for {record}"),
                );
                gather(Err(vec![PackFault::new("procedures/", 0, words.0, words.1)]));
            }
            found
        };
        let procedures = ["declaration", "bill", "guarantee"].map(&mut find);
        let [Some(declaration_procedures), Some(bill_procedures), Some(guarantee_procedures)] = procedures
        else {
            faults.sort();
            return Err(faults);
        };
        if !faults.is_empty() {
            faults.sort();
            return Err(faults);
        }
        let disposal_procedures = DisposalKind::ALL.into_iter().filter_map(|kind| {
            let own = pack.procedures.iter().find(|p| p.record == kind.name());
            own.map(|procedure| (kind, procedure.clone()))
        });
        let disposal_procedures = disposal_procedures.collect();
        let periodic_procedure = pack.procedures.iter().find(|p| p.record == "periodic_permit").cloned();
        Ok(ControlLaw {
            edition: book.edition,
            rulebook: Arc::clone(book),
            tariff,
            special_duties,
            terms,
            aggregate_terms,
            late_declaration,
            late_payment,
            guarantee_ceilings,
            sales,
            refund_grounds,
            returns_of_goods,
            deposit_rates,
            terms_of_procedure,
            codes,
            modes,
            powers,
            periodic,
            loading_terms,
            two_step,
            summary_fields,
            declaration_procedures,
            bill_procedures,
            guarantee_procedures,
            periodic_procedure,
            disposal_procedures,
            refund_procedures: procedures_for(&pack.procedures, "refund"),
            norms,
            compatibility,
            schema,
            conditions,
            selection,
            field_norms,
        })
    }

    /// Every procedure that this room drives, with the way of the goods that it is for.
    pub fn procedures(&self) -> impl Iterator<Item = (Direction, &Procedure)> {
        let ways = [Direction::Import, Direction::Export].into_iter();
        let guarantees = (Direction::Import, self.guarantee_procedure());
        let disposals = self.disposal_procedures.iter().map(|(_, procedure)| (Direction::Import, procedure));
        let both = ways.flat_map(|way| [(way, self.procedure_of(way)), (way, self.bill_procedure_of(way))]);
        let refunds = self.refund_procedure().map(|procedure| (Direction::Import, procedure));
        let permits = self.periodic_procedure().map(|procedure| (Direction::Import, procedure));
        both.chain([guarantees]).chain(permits).chain(disposals).chain(refunds)
    }

    /// The procedure of declarations of a direction.
    pub fn procedure_of(&self, direction: Direction) -> &Procedure {
        self.declaration_procedures.of(direction)
    }

    /// The procedure of bills of a direction.
    pub fn bill_procedure_of(&self, direction: Direction) -> &Procedure {
        self.bill_procedures.of(direction)
    }

    /// The procedure of guarantees: the same whichever way the goods go.
    pub fn guarantee_procedure(&self) -> &Procedure {
        self.guarantee_procedures.of(Direction::Import)
    }

    /// The procedure of permits for periodic declaration; `None` in editions kept before there was one.
    pub fn periodic_procedure(&self) -> Option<&Procedure> {
        self.periodic_procedure.as_ref()
    }

    /// The procedure of goods that nobody clears; `None` in editions kept before there was one.
    pub fn disposal_procedure(&self, kind: DisposalKind) -> Option<&Procedure> {
        self.disposal_procedures.iter().find(|(of, _)| *of == kind).map(|(_, procedure)| procedure)
    }

    /// The procedure of refunds: the same whichever way the goods go; `None` under editions from before them.
    pub fn refund_procedure(&self) -> Option<&Procedure> {
        self.refund_procedures.as_ref().map(|procedures| procedures.of(Direction::Import))
    }

    /// The norm of a field on a day.
    pub(crate) fn field_norm(&self, part: Part, place: usize, day: Date) -> Option<&FieldNorm> {
        self.field_norms.iter().find(|n| n.part == part && n.place == place && n.valid.covers(day))
    }

    /// What a field is called on a day, in imports or exports.
    pub fn field_name(&self, part: Part, name: &str, way: Direction, day: Date) -> Option<&Text> {
        let place = Fields::place(part, name)?;
        self.field_norm(part, place, day).map(|n| n.name(Some(way)))
    }

    /// Whether a field must be filled in on a day, in imports or exports.
    pub fn field_required(&self, part: Part, name: &str, way: Direction, day: Date) -> bool {
        let norm = Fields::place(part, name).and_then(|place| self.field_norm(part, place, day));
        norm.is_some_and(|n| n.demand(Some(way)) == Demand::Required)
    }

    /// What the full declaration of an import must have that a summary never has, by name.
    pub fn beyond_summary(&self, part: Part, day: Date) -> impl Iterator<Item = &Text> {
        let way = Direction::Import;
        let in_summary = move |place| self.summary_fields.iter().any(|f| f.is_of(part, place, day));
        let beyond = part.fields().iter().enumerate().filter(move |(place, field)| {
            self.field_required(part, field.name, way, day) && !in_summary(*place)
        });
        beyond.filter_map(move |(_, field)| self.field_name(part, field.name, way, day))
    }

    /// Whether a field must stay empty on a day, in imports or exports.
    pub fn field_absent(&self, part: Part, name: &str, way: Direction, day: Date) -> bool {
        let norm = Fields::place(part, name).and_then(|place| self.field_norm(part, place, day));
        norm.is_some_and(|n| n.demand(Some(way)) == Demand::Absent)
    }
}

/// The procedures of a kind of record, one a direction; one that names no direction is for both.
fn procedures_for(procedures: &[Procedure], record: &str) -> Option<ByDirection<Procedure>> {
    let of_kind = || procedures.iter().filter(|p| p.record == record);
    let of = |way: Direction| {
        let own = of_kind().find(|p| p.direction == Some(way));
        own.or_else(|| of_kind().find(|p| p.direction.is_none())).cloned()
    };
    Some(ByDirection { import: of(Direction::Import)?, export: of(Direction::Export)? })
}

fn keep<T: Default>(
    result: Result<T, Vec<PackFault>>,
    gather: &mut impl FnMut(Result<(), Vec<PackFault>>),
) -> T {
    result.unwrap_or_else(|faults| {
        gather(Err(faults));
        T::default()
    })
}

fn each<T>(
    rules: &[Rule],
    read: impl Fn(&Rule) -> Result<T, PackFault>,
    gather: &mut impl FnMut(Result<(), Vec<PackFault>>),
) -> Vec<T> {
    let mut good = Vec::new();
    for rule in rules {
        match read(rule) {
            Ok(value) => good.push(value),
            Err(fault) => gather(Err(vec![fault])),
        }
    }
    good
}
